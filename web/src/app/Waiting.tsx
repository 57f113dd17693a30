import { Loading } from "../ui/states";

export function Waiting() {
  return (
    <div className="page">
      <Loading lines={6} />
    </div>
  );
}
