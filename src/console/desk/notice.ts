// Notices of the system. Browsers on phones show them through a service worker only; where there is none, the page shows them.

export type NoticePermission = NotificationPermission | 'missing';

/** `missing` where the browser offers none: over plain http, and on an iPhone until the page is on the home screen. */
export const noticePermission = (): NoticePermission =>
  typeof Notification === 'function' && isSecureContext ? Notification.permission : 'missing';

let worker: Promise<ServiceWorkerRegistration | null> | null = null;

function findWorker(): Promise<ServiceWorkerRegistration | null> {
  worker ??=
    'serviceWorker' in navigator
      ? navigator.serviceWorker
          .register('/sw.js')
          .then(() => navigator.serviceWorker.ready)
          .catch(() => null)
      : Promise.resolve(null);
  return worker;
}

export async function askForNotices(): Promise<NoticePermission> {
  if (noticePermission() === 'default') await Notification.requestPermission();
  if (noticePermission() === 'granted') await findWorker();
  return noticePermission();
}

/** A new notice with the same tag takes the place of the old one. */
export async function showNotice(words: string, tag: string): Promise<void> {
  if (noticePermission() !== 'granted') return;
  const options = { tag, icon: '/icons/baton-192.png', lang: document.documentElement.lang };
  const registration = await findWorker();
  if (registration) await registration.showNotification(words, options);
  else new Notification(words, options);
}
