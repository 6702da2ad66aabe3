#!/usr/bin/env bash
# Puts a llama-server that runs on this machine into a folder. Needs no root and leaves the system as it is.
#
#   eng/get-llama-server.sh [--force] [PREFIX]
#
# PREFIX is the folder; without it .llama in the repository.
# stdout is one line, the path of the server, so that SERVER=$(eng/get-llama-server.sh .llama) works; all else goes to stderr.
# exit: 0 there is one, 1 there is none, 2 wrong usage.
#
# 1. A llama-server on the PATH that runs is taken (not with --force).
# 2. One that an earlier run has put into PREFIX and that still runs is taken (not with --force).
# 3. On Debian and its kin the package llama.cpp-tools and the libraries below it are downloaded with apt and unpacked into PREFIX.
# 4. Elsewhere the command that installs llama.cpp is printed, and that is all.
#
# The download knows no server of its own: the mirror, the proxies and the freshness checks are those of the machine's own apt. It works in
# an apt root of its own, so the machine's lists, sources and packages are neither read (they may be empty, as in fresh containers) nor
# written. apt verifies the suite's signature with the Debian keyring, and every package with the signed index; no maintainer script runs.
#
# The suite is newer than most machines, and so is its C library. The programs are therefore patched to use the loader and the libraries
# that come with them. Starting them through that loader instead would not do: ggml looks for its backends beside the running executable,
# which would then be the loader.
#
# LLAMA_SUITE    the suite with the package (forky)
# LLAMA_MIRROR   a Debian mirror, in place of the one in the machine's apt sources
# LLAMA_KEYRING  the keys that sign the suite (/usr/share/keyrings/debian-archive-keyring.gpg)
# LLAMA_TIMEOUT  seconds that one step of apt may take (120)
set -euo pipefail
export LC_ALL=C
umask 022

readonly tools=llama.cpp-tools
readonly suite=${LLAMA_SUITE:-forky}
readonly keyring=${LLAMA_KEYRING:-/usr/share/keyrings/debian-archive-keyring.gpg}
readonly step_timeout=${LLAMA_TIMEOUT:-120}
readonly needed_kb=300000

main() {
  local force=no prefix=
  while (($#)); do
    case $1 in
      --force) force=yes ;;
      -*) usage ;;
      *) [[ -z $prefix ]] || usage; prefix=$1 ;;
    esac
    shift
  done
  : "${prefix:=$(dirname "${BASH_SOURCE[0]}")/../.llama}"

  if [[ $force == no ]]; then take_from_path; fi
  is_debian_like || tell_how_to_install

  mkdir -p "$prefix" && prefix=$(cd "$prefix" && pwd -P) && [[ -w $prefix ]] || die "cannot write to $prefix"
  # The path of the loader stands in the programs, and the paths in apt's configuration are not quoted.
  [[ $prefix != *[[:space:]:\$\"]* ]] || die "the folder must have no blank, quotation mark, ':' or '\$' in its path: $prefix"
  lock "$prefix"
  if [[ $force == no ]]; then take_from_prefix "$prefix"; fi
  fetch "$prefix"
  check "$prefix"
  printf '%s %s\n' "$suite" "$prefix" >"$prefix/.complete"
  say "installed $(version_of "$prefix/bin/llama-server"); what it is made of stands in $prefix/PACKAGES.txt"
  finish "$prefix/bin/llama-server"
}

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() { say "error: $*"; exit 1; }

usage() { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }

finish() { printf '%s\n' "$1"; exit 0; }

# version_of SERVER: the first line that it says of its version; fails when it does not run.
version_of() { timeout 20 "$1" --version 2>&1 </dev/null | sed -n 's/^version: */version /p' | head -n 1 | grep .; }

# --- what is there already -----------------------------------------------------------------------------------------------------------

take_from_path() {
  local server version
  server=$(command -v llama-server) || return 0
  if version=$(version_of "$server"); then
    say "on the PATH: $server, $version"
    finish "$server"
  fi
  say "passing over $server, which does not run"
}

take_from_prefix() {
  local server=$1/bin/llama-server version
  if [[ -f $1/.complete && $(<"$1/.complete") == "$suite $1" ]] && version=$(version_of "$server"); then
    say "already there: $server, $version"
    finish "$server"
  fi
}

lock() {
  exec 9>"$1/.lock"
  flock -w 600 9 || die "another run has been busy in $1 for ten minutes"
}

is_debian_like() {
  local tool
  for tool in apt-get apt-cache apt-config dpkg dpkg-deb gpgv flock timeout sha256sum; do
    command -v "$tool" >/dev/null || return 1
  done
}

tell_how_to_install() {
  local how
  case $(uname -s) in
    Darwin) how='brew install llama.cpp' ;;
    MINGW* | MSYS* | CYGWIN* | Windows*) how='winget install llama.cpp' ;;
    *) how='brew install llama.cpp   (or: nix profile install nixpkgs#llama-cpp; or llama.cpp from your distribution)' ;;
  esac
  say "no llama-server, and no apt to get one with. Install llama.cpp:"
  printf '    %s\n' "$how" >&2
  exit 1
}

# --- the download --------------------------------------------------------------------------------------------------------------------

fetch() {
  local prefix=$1 work=$1/.work mirror triplet loader
  case $(dpkg --print-architecture) in
    amd64) triplet=x86_64-linux-gnu loader=ld-linux-x86-64.so.2 ;;
    arm64) triplet=aarch64-linux-gnu loader=ld-linux-aarch64.so.1 ;;
    *) die "there is no way here for the architecture $(dpkg --print-architecture)" ;;
  esac
  [[ -r $keyring ]] || die "no keys at $keyring (package debian-archive-keyring)"
  (($(df -Pk "$prefix" | awk 'NR == 2 { print $4 }') >= needed_kb)) || die "less than $((needed_kb / 1000)) MB are free at $prefix"
  mirror=${LLAMA_MIRROR:-$(own_mirror)}
  [[ -n $mirror ]] || die "this machine's apt sources name no Debian mirror; set LLAMA_MIRROR"

  rm -rf "$work" "$prefix/.complete"
  mkdir -p "$work/tree" "$work/debs" "$work/new"/{bin,lib,libexec,share/doc}
  make_apt_root "$work/apt" "$mirror"
  say "reading the index of $suite"
  step apt-get -q update --error-on=any
  apt-cache show "$tools" >/dev/null 2>&1 || die "$suite has no package $tools"
  local packages
  mapfile -t packages < <(libraries_below "$tools")
  say "downloading $tools and ${#packages[@]} libraries"
  (cd "$work/debs" && step apt-get -q download "$tools" "${packages[@]}" patchelf)
  unpack "$work" "$triplet" "$loader"
  patch "$work" "$prefix" "$loader"
  put_in_place "$work/new" "$prefix"
  rm -rf "$work"
}

# The mirror of the machine's own apt. `update --print-uris` names the files of all sources, in whatever form they are written, and unlike
# `indextargets` it needs no lists. A machine without network and lists is asked for nothing here.
own_mirror() {
  apt-get update --print-uris 2>/dev/null | sed -nE "s|^'([^']*/debian)/+dists/.*|\1|p" | sort -u | head -n 1
}

# make_apt_root FOLDER MIRROR: from here on apt works in FOLDER.
make_apt_root() {
  local root=$1
  mkdir -p "$root"/{etc/apt.conf.d,etc/preferences.d,etc/trusted.gpg.d,lists/partial,cache/archives/partial,log}
  : >"$root/status"
  printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$2" "$suite" >"$root/etc/sources.list"
  {
    # How the mirror is reached, and whether its index may be old (a frozen mirror's is), is the machine's to say; signatures are not.
    apt-config dump | grep -E '^Acquire::(https?::(.*::)?Proxy|https?::Proxy-Auto-Detect|Check-Valid-Until|Check-Date) ' || true
    cat <<CONF
Dir "$root";
Dir::Etc "$root/etc";
Dir::Etc::sourcelist "$root/etc/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::trusted "/dev/null";
Dir::Etc::trustedparts "$root/etc/trusted.gpg.d";
Dir::State "$root";
Dir::State::lists "$root/lists";
Dir::State::status "$root/status";
Dir::Cache "$root/cache";
Dir::Log "$root/log";
APT::Sandbox::User "root";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
Acquire::Languages "none";
Acquire::Retries "2";
CONF
  } >"$root/apt.conf"
  export APT_CONFIG=$root/apt.conf
  readonly apt_log=$root/log/step
}

# step COMMAND...: within the time limit; what it says is shown only when it fails.
step() {
  local status=0
  timeout "$step_timeout" "$@" >"$apt_log" 2>&1 || status=$?
  if ((status)); then
    tail -n 20 "$apt_log" | sed 's/^/    /' >&2
    ((status != 124)) || die "'$1 $3' took longer than $step_timeout s (LLAMA_TIMEOUT)"
    die "'$1 $3' failed with exit code $status"
  fi
}

# libraries_below PACKAGE: what it depends on and what these depend on, as far as they are libraries: programs that their installation would
# use (debconf, ...) are not needed to run.
libraries_below() {
  local -A seen=()
  local waiting=("$1") package dependency
  while ((${#waiting[@]})); do
    package=${waiting[0]}
    waiting=("${waiting[@]:1}")
    while read -r dependency; do
      if [[ -z ${seen[$dependency]:-} ]]; then
        seen[$dependency]=yes
        waiting+=("$dependency")
        printf '%s\n' "$dependency"
      fi
    done < <(apt-cache depends --no-recommends --no-suggests --no-enhances --no-conflicts --no-breaks --no-replaces "$package" |
      sed -nE 's/^[ |]+(Pre)?Depends: ((lib|zlib1g)[a-z0-9.+-]*)$/\2/p' | grep -vE '^libc-(bin|gconv)')
  done
}

unpack() {
  local work=$1 triplet=$2 loader=$3 deb file folder
  for deb in "$work"/debs/*.deb; do
    dpkg-deb -x "$deb" "$work/tree" || die "cannot unpack ${deb##*/}"
    printf '%s %s %s\n' "$(dpkg-deb -f "$deb" Package)" "$(dpkg-deb -f "$deb" Version)" "$(sha256sum <"$deb" | cut -d' ' -f1)"
  done >"$work/new/PACKAGES.txt"

  shopt -s nullglob
  for folder in "$work/tree/lib/$triplet" "$work/tree/usr/lib/$triplet" "$work/tree/usr/lib/$triplet/llama"; do
    for file in "$folder"/*.so "$folder"/*.so.*; do
      # libx.so.1 is a link to libx.so.1.2.3; programs ask for the former, and only that name is kept.
      [[ $file == *.so.*.*.* ]] || cp -L --no-preserve=ownership "$file" "$work/new/lib/"
    done
  done
  [[ -x $work/new/lib/$loader ]] || die "the package of the C library has no $loader"

  # ggml loads the backend that suits the processor from beside the executable.
  local backends=("$work/tree/usr/lib/$triplet"/ggml/backends*/libggml-cpu*.so)
  ((${#backends[@]})) || die "the package of ggml has no CPU backends"
  cp -L --no-preserve=ownership "${backends[@]}" "$work/new/libexec/"

  for file in "$work"/tree/usr/share/doc/*/copyright; do
    folder=${file%/copyright}
    cp -L "$file" "$work/new/share/doc/${folder##*/}.copyright"
  done
  shopt -u nullglob
}

patch() {
  local work=$1 prefix=$2 loader=$3 new=$1/new file name
  patchelf() { "$new/lib/$loader" --library-path "$new/lib" "$work/tree/usr/bin/patchelf" "$@" || die "cannot patch ${*: -1}"; }

  shopt -s nullglob
  for file in "$new"/lib/lib{llama,mtmd,ggml}*.so*; do
    # A search path of their own would take the place of the executable's for what they depend on.
    patchelf --remove-rpath "$file"
  done
  for file in "$work"/tree/usr/bin/llama-*; do
    name=${file##*/}
    cp -L --no-preserve=ownership "$file" "$new/libexec/$name"
    patchelf --set-interpreter "$prefix/lib/$loader" --force-rpath --set-rpath '$ORIGIN/../lib' "$new/libexec/$name"
    # exec: whoever starts it gets the process of the program itself.
    printf '#!/bin/sh\nexec "%s/libexec/%s" "$@"\n' "$prefix" "$name" >"$new/bin/$name"
    chmod 755 "$new/bin/$name"
  done
  shopt -u nullglob
  [[ -x $new/bin/llama-server ]] || die "$tools has no llama-server"
}

# A server that runs keeps the files that it was started from.
put_in_place() {
  local part
  for part in bin lib libexec share PACKAGES.txt; do
    rm -rf "${2:?}/$part"
    mv "$1/$part" "$2/$part"
  done
}

# Starting is not enough: a server without a backend starts too, and then refuses every model.
check() {
  local server=$1/bin/llama-server backend
  version_of "$server" >/dev/null || die "the installed llama-server does not run: $("$server" --version 2>&1 </dev/null | tail -n 3)"
  backend=$(timeout 20 "$server" -v --list-devices 2>&1 </dev/null | sed -n 's/.*loaded CPU backend from //p' | head -n 1)
  [[ $backend == "$1"/libexec/* ]] || die "the installed llama-server loads ${backend:-no CPU backend} instead of one in $1/libexec"
}

main "$@"
