/** Where the version stands, besides the changelog. */

const scope = '@tokenroute/';
const numbersOf = (version) => version.split('.').map(Number);

/**
 * @param {string} version the next
 * @param {string} current what the repository has
 * @returns {string | undefined} why it cannot be the next
 */
export function versionProblem(version, current) {
  if (!/^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/.test(version))
    return 'is not three numbers with dots between them';
  const [next, before] = [numbersOf(version), numbersOf(current)];
  const at = next.findIndex((number, index) => number !== before[index]);
  return at >= 0 && next[at] < before[at] ? `is older than ${current}` : undefined;
}

/** A package.json, which has its own version and those of our packages that it depends on. */
export function withVersion(manifest, version) {
  return `${JSON.stringify(versioned(JSON.parse(manifest), version), null, 2)}\n`;
}

/** A package-lock.json: the entries of our packages, and no other. */
export function lockWithVersion(lock, version) {
  const { packages, ...rest } = JSON.parse(lock);
  const ours = Object.entries(packages).map(([place, entry]) => [
    place,
    place.startsWith('node_modules/') ? entry : versioned(entry, version),
  ]);
  // In its place: npm writes the same bytes.
  return `${JSON.stringify({ ...versioned(rest, version), packages: Object.fromEntries(ours) }, null, 2)}\n`;
}

function versioned(manifest, version) {
  const changed = { ...manifest };
  if (changed.version !== undefined) changed.version = version;
  for (const field of ['dependencies', 'devDependencies', 'peerDependencies']) {
    if (changed[field] === undefined) continue;
    changed[field] = Object.fromEntries(
      Object.entries(changed[field]).map(([name, range]) => [name, name.startsWith(scope) ? version : range]),
    );
  }
  return changed;
}

/** The values of an installation: VERSION is every image's tag. */
export function valuesWithVersion(values, version) {
  return values.replace(/^VERSION=.*$/m, `VERSION=${version}`);
}

/** The command in k8s/README.md that waits for the version's migrations. */
export function guideWithVersion(guide, version) {
  return guide.replace(/(app\.kubernetes\.io\/version=)[\d.]+\d/, `$1${version}`);
}
