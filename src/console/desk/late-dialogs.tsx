// What of the desk is loaded when it is first asked for.
export { HandoverDialog } from './handover-dialog.tsx';
export { ShortcutDialog } from './shortcut-dialog.tsx';
export { OfflineDialog, RefuseDialog, WhisperDialog } from './small-dialogs.tsx';
export { TransferDialog } from './transfer-dialog.tsx';
