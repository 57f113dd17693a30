// The only place that knows the CSV library: it is loaded with the first file that somebody chooses.
import Papa from "papaparse";

export type Sheet = { columns: string[]; rows: string[][] };

/** Read a whole file; every cell is text as it stands there. Rejects with what the reader says is wrong. */
export function readCsv(file: File): Promise<Sheet> {
  return new Promise((resolve, reject) => {
    Papa.parse<string[]>(file, {
      skipEmptyLines: "greedy",
      error: reject,
      complete: ({ data, errors }) => {
        // A file of one column has no delimiter to find: that is no fault of its own.
        const wrong = errors.find((error) => error.type !== "Delimiter");
        if (wrong !== undefined) {
          reject(new Error(wrong.message));
          return;
        }
        const [columns = [], ...rows] = data;
        resolve({ columns: columns.map((name) => name.trim()), rows });
      },
    });
  });
}

/** Write rows as the API reads them: one line for each, so that a line number names a row. */
export function writeCsv(rows: readonly (readonly string[])[]): Blob {
  const flat = rows.map((row) => row.map((cell) => cell.replace(/[\r\n]+/g, " ").trim()));
  return new Blob([Papa.unparse(flat, { newline: "\n" })], { type: "text/csv" });
}
