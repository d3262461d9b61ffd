// /board, behind a sign-in.
import { StaffPage } from '../staff/staff-page.tsx';

export function BoardPage() {
  return <StaffPage roles={['supervisor', 'admin']}>{() => <main />}</StaffPage>;
}
