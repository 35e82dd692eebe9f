// What cannot wait for the page's own scripts. A file of its own: inline scripts are not allowed.

// Before the first paint, so that nobody who chose dark sees a white flash.
const theme = localStorage.getItem('theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;

// Every page begins with who is signed in: asked while the scripts are on their way. src/api/queries.ts reads it.
window.firstSession = fetch('/api/session', { headers: { 'x-tokenroute-page': '1' } })
  .then((response) => (response.ok ? response.json() : undefined))
  .catch(() => undefined);
