public import TapPlaces
import Yams

/// A table of `mail.geoip`, and where the configuration names it.
public struct PlaceFile: Hashable, Sendable {
    /// The path of the file.
    public let path: String
    private let key: String
    private let file: String
    private let line: Int?

    /// Takes the value that names the file.
    init(_ node: ConfigurationNode) throws(ConfigurationError) {
        path = try node.string()
        (key, file, line) = (node.key, node.file, node.node.mark?.line)
    }

    /// Opens the table, which is then in memory as a whole.
    ///
    /// - Throws: Why it cannot be used, and where it is named.
    public func open() throws(ConfigurationError) -> PlaceTable {
        do throws(PlaceTableError) {
            return try PlaceTable(path: path)
        } catch {
            throw ConfigurationError(
                code: .badValue,
                file: file,
                line: line,
                key: key,
                problem: "names a file that cannot be used: \(error)",
                remedy: error.remedy
            )
        }
    }
}

extension HubtapConfiguration {
    /// Reads the names of the tables; they are opened only by who uses them.
    static func placeFiles(_ node: ConfigurationNode) throws(ConfigurationError) -> [PlaceFile] {
        let files = try node.list { (item) throws(ConfigurationError) in try PlaceFile(item) }
        guard files.count <= PlaceTables.maximumCount else {
            throw node.error(
                "names \(files.count) files",
                "\(PlaceTables.maximumCount) at most are read, of which the first that knows of a thing counts"
            )
        }
        return files
    }

    /// The same configuration with its tables of addresses open.
    ///
    /// They take as much memory as the files are large. What only reads the store or the ring goes without.
    ///
    /// - Throws: Why one of them cannot be used.
    public func opened() throws(ConfigurationError) -> HubtapConfiguration {
        guard !mail.geoip.isEmpty else { return self }
        var opened = self
        var tables: [PlaceTable] = []
        for file in mail.geoip { tables.append(try file.open()) }
        opened.mail.places = PlaceTables(tables)
        return opened
    }
}
