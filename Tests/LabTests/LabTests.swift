import Testing

/// The programs on real frames, in namespaces, with real mail servers; one test at a time.
///
/// They need root and what `scripts/setup.sh` installs; `scripts/test.sh` runs them.
@Suite(.serialized)
enum LabTests {}
