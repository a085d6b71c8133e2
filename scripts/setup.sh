#!/usr/bin/env bash
# setup.sh - what building and testing hubtap needs on a fresh Debian 12
#
#   sudo scripts/setup.sh            installs what is missing
#   sudo scripts/setup.sh --lab      ... and prepares the lab's mail servers (in a cache folder)
#   scripts/setup.sh --check         says what is missing, changes nothing
#   scripts/setup.sh --help
#
# Installs Debian packages only, and only those that are missing. No service is installed: the
# lab's mail servers live in roots of their own (see scripts/lab.sh --help). The Swift toolchain
# is looked for in PATH, /opt/swift*, /usr/share/swift* and swiftly's folders; without it the
# script says where to get it.
#
# Exit codes: 0 all there; 1 installing failed; 2 something is missing (the words say what).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/common.sh"
source "$here/lib/packages.sh"

with_lab=no check=no
for argument in "$@"; do
    case $argument in
    -h | --help) print_help "$0"; exit 0 ;;
    --lab) with_lab=yes ;;
    --check) check=yes ;;
    *) die 2 "unknown argument '$argument'; see $0 --help" ;;
    esac
done

step "What hubtap needs"
if [[ $check == yes ]]; then
    missing=()
    for package in "${build_packages[@]}" "${lab_packages[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
    ((${#missing[@]} == 0)) || die 2 "missing Debian packages: ${missing[*]}"
    good "Debian packages"
else
    install_missing "${build_packages[@]}" "${lab_packages[@]}"
fi
find_swift
good "$(swift --version 2>/dev/null | sed -n 's/.*\(Swift version [0-9.]*\).*/\1/p' | head -n 1) in $(dirname "$(command -v swift)")"
[[ $with_lab == no ]] || "$here/lab.sh" prepare
