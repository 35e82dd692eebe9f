/** Of every HTTP server of ours. */
export const httpServerOptions = {
  // Longer than a load balancer keeps an idle connection, so that it never sends into one we are closing.
  keepAliveTimeout: 75_000,
  // Whoever asks on an open connection while the service ends gets an answer, and is told to use another one.
  return503OnClosing: false,
};
