import { Clock } from "./Clock";
import { Listings } from "./Listings";
import { Markets } from "./Markets";

export function Exchange() {
  return (
    <div className="stack">
      <Clock />
      <Listings />
      <Markets />
    </div>
  );
}
