// Before the first paint, so that nobody who chose dark sees a white flash. A file of its own: inline scripts are not allowed.
const theme = localStorage.getItem('theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
