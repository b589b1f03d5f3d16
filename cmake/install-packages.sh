# Sourced by ./quickstart, ./check and .ci/run.

# Names of the packages in the given sections of debian-packages.txt.
listed_packages() {
  local section
  for section in "$@"; do
    sed -n "/^\[$section\]/,/^\[/{/^[a-z0-9]/p}" "$(dirname "${BASH_SOURCE[0]}")/debian-packages.txt"
  done
}

# Those of the given packages that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
  done
}

# install_packages SECTION..: says what is missing, then installs it; without anything missing it needs no network.
install_packages() {
  local missing
  if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian system. Needed, under Debian's names:" $(listed_packages "$@") >&2
    return
  fi
  missing=$(missing_packages $(listed_packages "$@"))
  if [ -z "$missing" ]; then
    echo "All needed packages are installed."
    return
  fi
  echo "Installing from Debian:" $missing
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "Installing packages takes root or sudo. As root: apt-get install" $missing >&2
      return 1
    fi
    as_root=(sudo)
  fi
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq)
  "${apt[@]}" update
  "${apt[@]}" install -y --no-install-recommends $missing >/dev/null
}
