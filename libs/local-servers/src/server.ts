export const serverNames = ['postgres', 'redis', 'nats'] as const;
export type ServerName = (typeof serverNames)[number];

/** Where a server came from, in the order in which the finder tries. */
export type ServerOrigin = 'environment' | 'docker-compose' | 'installed' | 'debian-packages';

/** A server that answers, and has been checked to be the one we meant. */
export interface LocalServer {
  name: ServerName;
  /** Name and version as a person would say it: "PostgreSQL 15". */
  title: string;
  origin: ServerOrigin;
  url: string;
  port: number;
  /** Absent when the process is not ours. */
  pid?: number;
  logFile?: string;
  /** Resolves when a server process of ours has ended, for whatever reason. */
  ended?: Promise<string>;
  /** Ends the server when it is ours; does nothing to a server that ran before. */
  stop(): Promise<void>;
}

/** Folders and preferences shared by the three ways of starting a server. */
export interface ServerFolders {
  data: string;
  run: string;
  logs: string;
}

export interface StartOptions {
  folders: ServerFolders;
  /** Taken when free, otherwise another one. */
  preferredPort?: number;
  /** Skips flushing the freshly created files of PostgreSQL: for data that need not outlive a power cut. */
  fast?: boolean;
  /** False lets PostgreSQL commit without waiting for the disk. */
  fsync?: boolean;
  /** What NATS is told besides. */
  natsConfigFile?: string;
}
