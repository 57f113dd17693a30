import type { ButtonHTMLAttributes } from "react";

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  kind?: "primary" | "secondary" | "plain" | "danger";
  small?: boolean;
};

/** A button sends nothing unless it says type="submit". */
export function Button({ kind = "primary", small = false, type = "button", className, ...rest }: Props) {
  const size = small ? { "data-small": "" } : {};
  return (
    <button
      type={type}
      className={className === undefined ? "button" : `button ${className}`}
      data-kind={kind}
      {...size}
      {...rest}
    />
  );
}
