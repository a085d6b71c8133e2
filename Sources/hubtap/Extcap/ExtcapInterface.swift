import Foundation
import SystemPackage
import TapRing

/// A ring as an interface of Wireshark.
struct ExtcapInterface {
    /// What the ring of the configuration is called.
    static let defaultName = "hubtap"
    /// What the option for the port says if none is chosen; no interface of Linux can have this name.
    static let allPorts = "all"
    /// Where rings stand if nothing else is configured.
    private static let usualFolder = "/dev/shm/hubtap"

    /// What Wireshark calls it: the name of a file of Wireshark's begins with it.
    var name: String
    /// Where the ring is.
    var path: String
    /// What people read.
    var display = ""

    /// The rings that hubs are writing now: `hubtap` is the one at `configured`, others are called by their files.
    ///
    /// They are looked for beside it and in the usual folder.
    static func all(configured: String) -> [ExtcapInterface] {
        var found: [ExtcapInterface] = []
        if let display = display(of: configured) ?? unreadable(configured) {
            found.append(ExtcapInterface(name: defaultName, path: configured, display: display))
        }
        let folders = [(configured as NSString).deletingLastPathComponent, usualFolder]
        for path in files(in: folders) where path != configured {
            guard let display = display(of: path) else { continue }
            let name = unusedName(for: path, among: found)
            found.append(ExtcapInterface(name: name, path: path, display: display))
        }
        return found
    }

    private static func files(in folders: [String]) -> [String] {
        let paths = Set(folders).flatMap { folder in
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
            return (names ?? []).map { (folder as NSString).appendingPathComponent($0) }
        }
        return paths.sorted()
    }

    /// The file's name in letters that a file's name of Wireshark's may have, with a number if two have the same.
    private static func unusedName(for path: String, among found: [ExtcapInterface]) -> String {
        let letters = (path as NSString).lastPathComponent.map { letter in
            letter.isASCII && (letter.isLetter || letter.isNumber) ? letter : "_"
        }
        let name = "\(defaultName)-\(String(letters))"
        let taken = Set(found.map(\.name))
        let numbered = (2...).lazy.map { "\(name)-\($0)" }.first { !taken.contains($0) }
        return taken.contains(name) ? numbered ?? name : name
    }

    /// What is said of the ring at `path`; nil if it is none, or no hub writes it.
    private static func display(of path: String) -> String? {
        guard let reader = try? RingReader(path: path, from: .newest),
            let writer = try? reader.writer(), writer.state == .running
        else { return nil }
        return "hubtap mirror ring \(path) (\(reader.ports.map(\.name).joined(separator: ", ")))"
    }

    /// What is said of a ring that others may read; it is shown, so that opening it says what to do.
    private static func unreadable(_ path: String) -> String? {
        do {
            _ = try RingReader(path: path, from: .newest)
            return nil
        } catch {
            guard case .system(.permissionDenied) = error.code else { return nil }
            return "hubtap mirror ring \(path) (not readable for this user)"
        }
    }

    /// How Wireshark is told of it.
    var sentence: String {
        ExtcapSentence.make("interface", ["value": name, "display": display])
    }

    /// The options of a capture, for Wireshark's dialogue.
    func optionSentences() throws(Failure) -> [String] {
        let ports = try Failure.rethrow(as: 1) { try RingReader(path: path, from: .newest).ports }
        let choices = ports.map { port in
            let words = port.description.isEmpty ? port.name : "\(port.name) (\(port.description))"
            return Self.choice(port.name, words)
        }
        return [Self.portOption, Self.choice(Self.allPorts, "All ports", isDefault: true)] + choices
            + [Self.pastOption, Self.filterOption]
    }

    private static let portOption = ExtcapSentence.make(
        "arg",
        [
            "number": "0", "call": "--port", "display": "Port", "type": "selector",
            "tooltip": "Only frames that entered by this port",
        ]
    )

    private static let pastOption = ExtcapSentence.make(
        "arg",
        [
            "number": "1", "call": "--last", "display": "Begin in the past", "type": "string",
            "tooltip": "Begin this long ago (30s, 5m, 2h), then go on live; empty for live only",
            "placeholder": "5m", "validation": #"^([0-9.]+ *(ms|s|sec|m|min|h|d|w))?$"#,
        ]
    )

    private static let filterOption = ExtcapSentence.make(
        "arg",
        [
            "number": "2", "call": "--filter", "display": "Filter", "type": "string",
            "tooltip":
                "Only frames that match, in libpcap's syntax, beside Wireshark's own capture filter",
            "placeholder": "port 25",
        ]
    )

    private static func choice(_ value: String, _ words: String, isDefault: Bool = false) -> String
    {
        ExtcapSentence.make(
            "value",
            ["arg": "0", "value": value, "display": words, "default": "\(isDefault)"]
        )
    }
}
