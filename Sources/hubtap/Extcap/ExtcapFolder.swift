import ArgumentParser
import Foundation

/// The folder in which Wireshark looks for programs that capture for it.
struct ExtcapFolder {
    /// Whose folder it is.
    enum Scope: String, EnumerableFlag {
        case system
        case user
    }

    private static let linkName = "hubtap"
    private let path: String

    /// Takes the folder at `path`, or asks Wireshark for its own.
    init(_ path: String?, _ scope: Scope?) throws(Failure) {
        if let path {
            self.path = path
        } else {
            let chosen = scope ?? (geteuid() == 0 ? .system : .user)
            self.path = try Self.path(chosen, in: Self.wiresharkFolders())
        }
    }

    /// Finds the folder in what `tshark -G folders` prints.
    ///
    /// Before 4.2 there is only one, called "Extcap path", of all users.
    private static func path(_ scope: Scope, in folders: [String: String]) throws(Failure) -> String
    {
        let names =
            scope == .user ? ["Personal Extcap path"] : ["Global Extcap path", "Extcap path"]
        if let path = names.compactMap({ folders[$0] }).first { return path }
        throw .failed(
            scope == .user
                ? "this Wireshark has no extcap folder of a user's own, as 4.2 and later have; use --system, as root"
                : "tshark -G folders names no extcap folder; name it with --folder"
        )
    }

    /// The lines of `tshark -G folders`: names and paths.
    private static func wiresharkFolders() throws(Failure) -> [String: String] {
        for program in ["tshark", "wireshark"] {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [program, "-G", "folders"]
            process.standardError = FileHandle.nullDevice
            let output = Pipe()
            process.standardOutput = output
            guard (try? process.run()) != nil else { continue }
            let data = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { continue }
            let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
            let pairs = lines.map { $0.split(separator: ":", maxSplits: 1) }
            let named = pairs.filter { $0.count == 2 }.map {
                (String($0[0]), $0[1].trimmingCharacters(in: .whitespaces))
            }
            return Dictionary(named) { first, _ in first }
        }
        throw .failed("neither tshark nor wireshark is installed; name their folder with --folder")
    }

    private var link: String { (path as NSString).appendingPathComponent(Self.linkName) }

    /// Where the link leads; nil if there is nothing in its place.
    private func target() throws(Failure) -> String? {
        if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link) {
            return target
        }
        guard !FileManager.default.fileExists(atPath: link) else {
            throw .failed("\(link) is not a link of hubtap's and was left alone; move it away")
        }
        return nil
    }

    /// Makes the link; says what was done.
    func install() throws(Failure) -> String {
        if try target() == Programs.own { return "\(link) is there already" }
        try removeLink()
        try Failure.rethrow(as: 1) {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true
            )
            try FileManager.default.createSymbolicLink(
                atPath: link,
                withDestinationPath: Programs.own
            )
        }
        return
            "\(link) leads to \(Programs.own): Wireshark and tshark have the interface hubtap while a hub runs"
    }

    /// Takes the link away; says what was done.
    func uninstall() throws(Failure) -> String {
        try removeLink() ? "\(link) is gone" : "there is no link \(link)"
    }

    @discardableResult
    private func removeLink() throws(Failure) -> Bool {
        guard let target = try target() else { return false }
        guard (target as NSString).lastPathComponent == "hubtap" else {
            throw .failed("\(link) leads to \(target), not to hubtap, and was left alone")
        }
        try Failure.rethrow(as: 1) { try FileManager.default.removeItem(atPath: link) }
        return true
    }
}
