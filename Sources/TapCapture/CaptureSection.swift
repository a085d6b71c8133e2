private import CPcap

/// Where a section of a pcapng file comes from.
public struct CaptureSection: Hashable, Sendable {
    /// The machine that captured, such as `x86_64`.
    public var hardware: String?
    /// Its operating system, such as `Linux 6.1.0-18-amd64`.
    public var operatingSystem: String?
    /// The program that wrote the file, such as `hubtap 0.1`.
    public var application: String?
    /// A remark on the whole section.
    public var comment: String?

    /// Describes a section.
    public init(
        hardware: String? = nil,
        operatingSystem: String? = nil,
        application: String? = nil,
        comment: String? = nil
    ) {
        self.hardware = hardware
        self.operatingSystem = operatingSystem
        self.application = application
        self.comment = comment
    }

    /// A section captured on this machine, as uname(2) describes it, by `application`.
    public static func onThisMachine(application: String, comment: String? = nil) -> Self {
        var names = utsname()
        // #syscalls uname
        // SAFETY: the kernel fills the whole structure, or nothing when it fails.
        guard unsafe uname(&names) == 0 else {
            return Self(application: application, comment: comment)
        }
        let system = text(of: names.sysname) + " " + text(of: names.release)
        return Self(
            hardware: text(of: names.machine),
            operatingSystem: system,
            application: application,
            comment: comment
        )
    }

    /// The text up to the first zero in one of the fixed fields of `utsname`.
    private static func text<Field: BitwiseCopyable>(of field: Field) -> String {
        // SAFETY: reads the octets of a local value of trivial type, within its size.
        unsafe withUnsafeBytes(of: field) { octets in
            unsafe String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
