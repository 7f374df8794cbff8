# Builds the standard library of the target $1 from Debian's rust-src package of the same version as rustc, and puts it
# where rustc looks for it.
set -euo pipefail
target=$1
sysroot=$(rustc --print sysroot)
lib=$sysroot/lib/rustlib/$target/lib
version=$(rustc --version | cut -d' ' -f2)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mirror=$(awk '/^URIs:/{print $2; exit} /^deb /{print $2; exit}' \
  /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null || true)
[ -n "$mirror" ] || { echo "no Debian mirror is configured here" >&2; exit 1; }
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
for suite in stable trixie-backports testing unstable; do
  echo "deb [signed-by=$keyring] $mirror $suite main" >"$work/sources.list"
  rm -rf "$work/lists"
  mkdir -p "$work/lists/partial"
  apt=(-oDir::Etc::sourcelist="$work/sources.list" -oDir::Etc::sourceparts=- -oDir::State::Lists="$work/lists")
  apt-get "${apt[@]}" update || continue
  found=$(apt-cache "${apt[@]}" madison rust-src | awk -v v="$version" '$3 ~ "^"v {print $3; exit}')
  [ -z "$found" ] || break
done
[ -n "${found:-}" ] || { echo "no rust-src $version in Debian" >&2; exit 1; }
cd "$work"
apt-get "${apt[@]}" download "rust-src=$found"
dpkg-deb --fsys-tarfile rust-src_*.deb | tar x --wildcards './usr/src/*/library/*'
mkdir -p "$sysroot/lib/rustlib/src/rust"
rm -rf "$sysroot/lib/rustlib/src/rust/library"
cp -r usr/src/rustc-*/library "$sysroot/lib/rustlib/src/rust/library"
mkdir -p empty/src
touch empty/src/lib.rs
printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n' >empty/Cargo.toml
cd empty
# -Zbuild-std is there in a stable compiler too, behind this variable.
RUSTC_BOOTSTRAP=1 cargo build --release -Zbuild-std=std,panic_abort --target "$target" --target-dir "$work/out"
mkdir -p "$lib"
cp "$work/out/$target"/release/deps/lib*.rlib "$lib/"
rm -f "$lib"/libempty-*.rlib
echo "$target: built from rust-src $found"
