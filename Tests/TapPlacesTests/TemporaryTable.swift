import Foundation
import TapPlaces
import TapTesting
import TapWire

/// A table in a file of its own, which goes with the value.
final class TemporaryTable {
    let path = NSTemporaryDirectory() + "places-\(UUID().uuidString).mmdb"

    init(_ octets: [UInt8]) throws { try write(octets) }

    convenience init(_ writer: AddressTableWriter) throws { try self.init(writer.octets) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Puts other octets into the same file.
    func write(_ octets: [UInt8]) throws {
        let handle = try FileHandle(forWritingTo: try made())
        defer { try? handle.close() }
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(octets))
    }

    private func made() throws -> URL {
        if !FileManager.default.fileExists(atPath: path) {
            try Data().write(to: URL(fileURLWithPath: path))
        }
        return URL(fileURLWithPath: path)
    }
}

func network(_ text: String) -> IPNetwork {
    guard let network = IPNetwork(text) else { preconditionFailure("\(text) is no network") }
    return network
}

func address(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress(v4: 0) }

extension AddressTableWriter {
    /// A city as GeoLite2-City has it.
    static let berlin: AddressTableValue = [
        "city": ["geoname_id": .uint32(2_950_159), "names": ["de": "Berlin", "en": "Berlin"]],
        "continent": ["code": "EU"],
        "country": [
            "geoname_id": .uint32(2_921_044), "iso_code": "DE",
            "names": ["en": "Germany", "fr": "Allemagne"],
        ],
        "location": [
            "accuracy_radius": .uint16(20), "latitude": .double(52.52), "longitude": .double(13.41),
            "time_zone": "Europe/Berlin",
        ],
        "registered_country": ["iso_code": "US", "names": ["en": "United States"]],
    ]
}
