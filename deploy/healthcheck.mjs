// A container's own question: am I ready? The images have no curl.
const port = process.env.HTTP_PORT ?? process.env.PORT;
const ready = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) })
  .then((answer) => answer.status === 200)
  .catch(() => false);
process.exit(ready ? 0 : 1);
