import type { ErrorComponentProps } from "@tanstack/react-router";
import { useRouter } from "@tanstack/react-router";
import { Failed } from "../ui/states";

/** What a page shows that could not be shown. Other pages go on. */
export function Crash({ error }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <div className="page">
      <Failed
        error={error instanceof Error ? error : new Error(String(error))}
        retry={() => void router.invalidate()}
      />
    </div>
  );
}
