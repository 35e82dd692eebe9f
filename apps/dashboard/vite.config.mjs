import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: {
    conditions: ['tokenroute-source', 'module', 'browser', 'development|production'],
    // What /docs says are the repository's own documents.
    alias: { '@documents': fileURLToPath(new URL('../..', import.meta.url)) },
  },
  build: {
    // The service that serves the pages has them in its own folder, and in its image.
    outDir: '../dashboard-api/dist/built-pages',
    emptyOutDir: true,
    // Fonts and pictures as files: the content security policy allows no data in a style.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:3000' } },
});
