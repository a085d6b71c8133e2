import Foundation
import TapFlow
import TapObserve
import TapSinks
import TapWire
import Testing

@Suite("Which file an alert's frames are in")
struct EvidenceBookTests {
    private let configuration = EvidenceConfiguration(directory: "/x")

    @Test("Ten thousand alerts about one connection in a quarter of an hour give three files")
    func manyAlerts() {
        var book = EvidenceBook(configuration)
        var files: [String] = []
        for number in 0..<10_000 {
            var alert = EvidenceWorld.alert(number)
            alert.context.moment.time = EvidenceWorld.at(0).advanced(
                by: .milliseconds(number * 90)
            )
            let request = book.request(for: alert, ring: [1], missedFrames: 0)
            #expect(
                request.until == alert.context.moment.time.advanced(by: .seconds(10)),
                "\(number)"
            )
            if files.last != request.file { files.append(request.file) }
        }
        #expect(files.count == 3)
        #expect(files[0] == "20261123T120000Z-000000.pcapng")
    }

    @Test("An alert behind the end of the file before begins another; so does another connection")
    func separate() {
        var book = EvidenceBook(configuration)
        func file(_ number: Int, at second: Int, port: UInt16 = 40_000) -> String {
            let alert = EvidenceWorld.alert(number, from: second, to: second, port: port)
            return book.request(for: alert, ring: [1], missedFrames: 0).file
        }
        #expect(file(1, at: 0) == file(2, at: 10))
        #expect(file(3, at: 21) == "20261123T120000Z-000003.pcapng")
        #expect(file(4, at: 21, port: 50_000) == "20261123T120000Z-000004.pcapng")
    }

    @Test("The book is bounded: who ends first is forgotten first")
    func bounded() {
        var configuration = configuration
        configuration.limits.connections = 3
        var book = EvidenceBook(configuration)
        func file(_ number: Int, at second: Int, port: UInt16) -> String {
            let alert = EvidenceWorld.alert(number, from: second, to: second, port: port)
            return book.request(for: alert, ring: [1], missedFrames: 0).file
        }
        for number in 1...4 { _ = file(number, at: number, port: UInt16(number)) }
        #expect(file(5, at: 5, port: 4) == "20261123T120000Z-000004.pcapng")
        #expect(file(6, at: 6, port: 1) == "20261123T120000Z-000006.pcapng")
    }

    @Test(
        "No name of an alert leads out of the folder",
        arguments: [
            ("20261123T120000Z-000001", "20261123T120000Z-000001.pcapng"),
            ("../../etc/passwd", "______etc_passwd.pcapng"), ("", "_.pcapng"),
            (".hidden", "_hidden.pcapng"), ("a\nb", "a_b.pcapng"),
            (String(repeating: "x", count: 500), String(repeating: "x", count: 100) + ".pcapng"),
        ]
    )
    func names(id: String, file: String) { #expect(EvidenceName.file(of: id) == file) }
}
