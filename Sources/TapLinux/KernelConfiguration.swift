import SystemPackage

/// The settings that the running kernel was built with, where its distribution put them in /boot.
package struct KernelConfiguration {
    private let lines: Set<Substring>

    /// Nil if there is no such file.
    init?() {
        guard let release = try? Sysctl("kernel/osrelease").value(),
            let octets = try? SmallFile.read(FilePath("/boot").appending("config-\(release)"))
        else { return nil }
        self.init(String(decoding: octets, as: UTF8.self))
    }

    /// The settings in the text of such a file.
    package init(_ text: String) { lines = Set(text.split(separator: "\n")) }

    /// True if the kernel has it, built in or as a module.
    package func has(_ name: String) -> Bool {
        lines.contains("\(name)=y") || lines.contains("\(name)=m")
    }
}
