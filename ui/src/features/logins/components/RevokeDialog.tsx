import type { LoginEntry } from "../../../api/generated/bindings";
import { useRevokeLogin } from "../../../api/overview";
import { ConfirmDialog } from "../../../components/ConfirmDialog";

export function RevokeDialog({ login, onClose }: { login: LoginEntry; onClose: () => void }) {
  return (
    <ConfirmDialog
      title={`End the access of ${login.label}?`}
      text="It can no longer read or change your calendars here, from this moment on. What it already copied stays in that app until you remove the account there."
      verb="End access"
      deed={useRevokeLogin()}
      subject={login.login}
      onClose={onClose}
    />
  );
}
