import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { OfflineError, ProblemError } from "../api/problems";
import { TextField } from "./Field";
import { Form, Submit } from "./Form";
import { joined, useForm } from "./form";

type Entered = { name: string; secret: string };
type Props = { send: (values: Entered, attempt: string) => Promise<unknown> };

function Example({ send }: Props) {
  const form = useForm({ id: "example", initial: { name: "", secret: "" }, secret: ["secret"], send });
  return (
    <Form form={form}>
      <TextField form={form} name="name" label="Name" />
      <TextField form={form} name="secret" label="Secret" />
      <Submit form={form}>Send</Submit>
    </Form>
  );
}

function refusal(errors: { pointer: string; detail: string }[]): ProblemError {
  const head = { type: "", title: "", status: 422, instance: "", code: "invalid-value", request_id: "r" };
  return new ProblemError({ ...head, detail: "All in all.", errors }, null);
}

test("what was entered is there again after the page was lost, but no secret is written down", async () => {
  const send = vi.fn(() => Promise.resolve());
  const { unmount } = render(<Example send={send} />);
  await userEvent.type(screen.getByLabelText("Name"), "<b>Rainy day</b>");
  await userEvent.type(screen.getByLabelText("Secret"), "hush");
  expect(JSON.stringify({ ...sessionStorage })).not.toContain("hush");
  unmount();
  render(<Example send={send} />);
  expect(screen.getByLabelText<HTMLInputElement>("Name").value).toBe("<b>Rainy day</b>");
  expect(screen.getByLabelText<HTMLInputElement>("Secret").value).toBe("");
  await userEvent.click(screen.getByText("Discard them"));
  expect(sessionStorage).toHaveLength(0);
});

test("what is wrong stands at its field, which gets the focus; the rest on top with its pointer", async () => {
  const errors = [
    { pointer: "/name", detail: "Too long." },
    { pointer: "/hidden", detail: "Missing." },
  ];
  render(<Example send={() => Promise.reject(refusal(errors))} />);
  await userEvent.click(screen.getByText("Send"));
  const name = screen.getByLabelText("Name");
  expect(name).toHaveProperty("ariaInvalid", "true");
  expect(document.getElementById(name.getAttribute("aria-describedby") ?? "")?.textContent).toBe("Too long.");
  expect(document.activeElement).toBe(name);
  expect(screen.getByRole("alert").textContent).toBe("Missing. (/hidden)");
});

test("a retry is the same attempt, other entries are another, and success forgets the draft", async () => {
  const attempts: string[] = [];
  let works = false;
  const send = (_: Entered, attempt: string) => {
    attempts.push(attempt);
    return works ? Promise.resolve() : Promise.reject(new OfflineError());
  };
  render(<Example send={send} />);
  await userEvent.type(screen.getByLabelText("Name"), "A");
  await userEvent.click(screen.getByText("Send"));
  expect(screen.getByRole("alert").textContent).toContain("at most once");
  await userEvent.click(screen.getByText("Send"));
  await userEvent.type(screen.getByLabelText("Name"), "B");
  works = true;
  await userEvent.click(screen.getByText("Send"));
  expect(attempts[0]).toBe(attempts[1]);
  expect(attempts[2]).not.toBe(attempts[1]);
  expect(sessionStorage).toHaveLength(0);
  expect(screen.getByLabelText<HTMLInputElement>("Name").value).toBe("");
});

test("what only others have changed is taken over, what both have is asked about", () => {
  const base = { name: "A", method: "fifo", shorts: false };
  const now = { name: "B", method: "average", shorts: false };
  expect(joined({ name: "C", method: "fifo", shorts: true }, base, now)).toEqual({
    next: { name: "C", method: "average", shorts: true },
    both: { name: "B" },
  });
  expect(joined({ ...base, name: "B" }, base, now).both).toEqual({});
});
