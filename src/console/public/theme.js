// Sets the theme before the first paint: a script of its own, because the pages allow no script inside of them. What is chosen on
// this device goes first, then what the address asks for (?theme=dark, for frames in other sites), then the system.
(() => {
  const KEY = 'jiebang.theme';
  const THEMES = ['light', 'dark'];
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  const asked = new URLSearchParams(location.search).get('theme');
  let chosen = null;

  const read = () => {
    try {
      chosen = localStorage.getItem(KEY);
    } catch {
      // embedded in another site storage may be refused: what was chosen lives as long as the page
    }
  };
  const show = () => {
    const theme = [chosen, asked].find((name) => THEMES.includes(name)) ?? (prefersDark.matches ? 'dark' : 'light');
    document.documentElement.dataset.theme = theme;
    // the canvas has its colour before the style sheet is there
    document.documentElement.style.colorScheme = theme;
  };

  read();
  show();
  prefersDark.addEventListener('change', show);
  // another page of this browser, or the page around this frame
  addEventListener('storage', (event) => {
    if (event.key !== KEY && event.key !== null) return;
    read();
    show();
  });
  addEventListener('jiebang.theme', (event) => {
    chosen = event.detail;
    show();
  });
})();
