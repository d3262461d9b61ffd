// What phones ask for before a page may show a notice: opens the desk when the notice is tapped. Keeps nothing and answers no
// request, so that every page and every call still comes from the server.
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(
    clients.matchAll({ type: 'window' }).then((pages) => {
      const desk = pages.find((page) => new URL(page.url).pathname === '/desk') ?? pages[0];
      return desk ? desk.focus() : clients.openWindow('/desk');
    }),
  );
});
