const checkEveryMs = 250;

/**
 * Resolves when the process that started this one is gone. A signal to npm ends npm and the shell it runs us in, but
 * does not reach us: without this, `kill` on an `npm start` would leave the whole system running.
 */
export function lostParent(): Promise<string> {
  const parent = process.ppid;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      resolve('npm is gone');
    }, checkEveryMs);
    timer.unref();
  });
}
