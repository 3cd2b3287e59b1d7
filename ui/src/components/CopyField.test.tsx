import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Still } from "../test/Still";
import { CopyField } from "./CopyField";

test("copying puts the value on the clipboard and says so to a screen reader", async () => {
  const user = userEvent.setup();
  render(<CopyField label="Address" value="http://127.0.0.1:5100/" />, { wrapper: Still });
  await user.click(screen.getByRole("button", { name: "Copy address" }));
  expect(await navigator.clipboard.readText()).toBe("http://127.0.0.1:5100/");
  expect(await screen.findByRole("status")).toHaveTextContent("Copied");
});

test("the keyboard reaches the button and copies", async () => {
  const user = userEvent.setup();
  render(<CopyField label="User name" value="demo" />, { wrapper: Still });
  await user.tab();
  expect(screen.getByRole("button", { name: "Copy user name" })).toHaveFocus();
  await user.keyboard("{Enter}");
  expect(await navigator.clipboard.readText()).toBe("demo");
});
