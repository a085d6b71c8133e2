import FoundationEssentials
import TapPlaces
import TapRelay
import TapTesting

/// Where the addresses of the companies' world are, read from a file as `hubtap` reads it.
enum Places {
    /// The table of the simulation.
    static func source() throws -> PlaceSource {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("relay-accuracy-\(UUID().uuidString).mmdb")
        try Data(CompanySimulation.addressTable.octets).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return PlaceSource(PlaceTables([try PlaceTable(path: file.path)]))
    }
}
