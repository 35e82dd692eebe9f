export type Theme = 'light' | 'dark' | 'system';

/** Kept for the next visit; public/first.js reads it before the first paint. */
export function chooseTheme(theme: Theme): void {
  if (theme === 'system') {
    localStorage.removeItem('theme');
    delete document.documentElement.dataset['theme'];
    return;
  }
  localStorage.setItem('theme', theme);
  document.documentElement.dataset['theme'] = theme;
}
