/** A server that a test started and may stop. */
export interface OwnServer {
  url: string;
  stop(): Promise<void>;
  /** Ends it without a chance to say goodbye; what it had on disk stays. */
  kill(): Promise<void>;
  /** Ends it in order; what it had is on disk then. */
  halt(): Promise<void>;
  /** Where that is, for a test that sets it back to an older copy. Of a NATS in a container only when it was asked for. */
  dataFolder?: string;
  /** Starts a killed or halted one again, at the same address, with what it had on disk. */
  start(): Promise<void>;
}
