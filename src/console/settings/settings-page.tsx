// /settings, behind a sign-in.
import { StaffPage } from '../staff/staff-page.tsx';

export function SettingsPage() {
  return <StaffPage roles={['admin']}>{() => <main />}</StaffPage>;
}
