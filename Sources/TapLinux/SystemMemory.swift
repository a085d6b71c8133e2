import SystemPackage

/// The memory of this machine.
public enum SystemMemory {
    /// Octets that can be taken without others having to give up theirs; nil if the kernel does not say.
    public static func available() -> Int? {
        guard let octets = try? SmallFile.read("/proc/meminfo") else { return nil }
        return available(meminfo: String(decoding: octets, as: UTF8.self))
    }

    /// The same, read out of the text of /proc/meminfo.
    package static func available(meminfo: String) -> Int? {
        for line in meminfo.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            let words = line.split(separator: " ")
            guard words.count == 3, words[2] == "kB", let number = Int(words[1]) else { return nil }
            return number * 1024
        }
        return nil
    }
}
