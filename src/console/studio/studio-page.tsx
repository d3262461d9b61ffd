// /studio, behind a sign-in.
import { StaffPage } from '../staff/staff-page.tsx';

export function StudioPage() {
  return <StaffPage roles={['editor', 'supervisor', 'admin']}>{() => <main />}</StaffPage>;
}
