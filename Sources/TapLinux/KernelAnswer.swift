public import SystemPackage

/// Whether the kernel has something.
public enum KernelAnswer: Hashable, Sendable {
    /// It was tried and works.
    case works
    /// It was tried and the kernel has none.
    case missing
    /// The kernel's configuration says it has it; it could not be tried.
    case configured
    /// It could not be tried, for this reason.
    case untried(Errno)
}
