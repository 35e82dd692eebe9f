import type { ServiceDefinition } from './service-table.js';

/** The services, those that are named as often as it says: gateway, gateway-2 and so on. */
export function withCopies(
  services: readonly ServiceDefinition[],
  counts: Readonly<Record<string, number>>,
): ServiceDefinition[] {
  return services.flatMap((service) => {
    const others = Array.from({ length: (counts[service.name] ?? 1) - 1 }, (_, index) => ({
      ...service,
      name: `${service.name}-${index + 2}`,
    }));
    return [service, ...others];
  });
}
