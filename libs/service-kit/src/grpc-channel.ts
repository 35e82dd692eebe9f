import { type ChannelCredentials, type ClientOptions, credentials, experimental } from '@grpc/grpc-js';
import { grpcClientOptions } from './grpc-call.js';
import { type TlsConfig, tlsFilesOf } from './tls-files.js';

/**
 * Credentials and options of a channel to another service of ours, as its client's constructor takes them behind the address.
 * @param service the name that its certificate must have, whatever the address: replicas are reached by theirs
 * @throws ConfigError when the files that the configuration names are of no use
 */
export function grpcChannel(
  config: TlsConfig,
  service: string,
): [ChannelCredentials, Partial<ClientOptions>] {
  const files = tlsFilesOf(config);
  if (!files) return [credentials.createInsecure(), grpcClientOptions];
  return [
    experimental.createCertificateProviderChannelCredentials(files, files),
    { ...grpcClientOptions, 'grpc.ssl_target_name_override': service },
  ];
}
