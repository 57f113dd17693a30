import { api } from "../../api/client";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { useFormat } from "../../i18n/format";
import { useErrorText } from "../../ui/errors";
import { toast } from "../../ui/Toasts";
import type { Close } from "./Closes";
import { useMarketChanged } from "./queries";

/** Takes a close away, with a way back. */
export function useRemoveClose(symbol: string, currency: string): (close: Close) => Promise<void> {
  const tell = useTexts(data);
  const format = useFormat();
  const errorText = useErrorText();
  const changed = useMarketChanged();
  const put = async (day: string, price: string | null) => {
    const body = { currency, prices: { [day]: price } };
    await api.put("/api/v1/instruments/{symbol}/prices", { path: { symbol }, body });
    changed();
  };
  const failed = (error: unknown) => toast(errorText(error as Error), { kind: "error" });
  return async ({ day, price }) => {
    try {
      await put(day, null);
      const undo = () => void put(day, price).catch(failed);
      toast(tell("close_removed", { day: format.day(day) }), { undo });
    } catch (error) {
      failed(error);
    }
  };
}
