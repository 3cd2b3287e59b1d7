import { useRemoveAccount } from "../../../api/accounts";
import type { AccountEntry } from "../../../api/generated/bindings";
import { ConfirmDialog } from "../../../components/ConfirmDialog";
import { waitingWords } from "../state";

interface RemoveDialogProps {
  account: AccountEntry;
  /** With what the doctor should know of what is left at the provider. */
  onRemoved: (note: string | null) => void;
  onClose: () => void;
}

export function RemoveDialog({ account, onRemoved, onClose }: RemoveDialogProps) {
  const key = account.inBrowser ? "the permission to read and change them" : "its password";
  return (
    <ConfirmDialog
      title={`Remove ${account.name}?`}
      text={`The copies of its calendars and ${key} are removed from this computer. Nothing is deleted at ${account.provider}.`}
      loss={account.waiting > 0 ? `${waitingWords(account.waiting)}; with the account they are lost.` : undefined}
      verb="Remove"
      deed={useRemoveAccount(onRemoved)}
      subject={account.id}
      onClose={onClose}
    />
  );
}
