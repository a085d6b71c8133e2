import Foundation
import TapSinks
import Testing

@Suite("What keeping evidence would meet")
struct EvidenceOutlookTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func outlook(
        _ name: String,
        key: String? = nil,
        mayWrite: (String) -> Bool = { _ in true }
    ) -> EvidenceOutlook {
        EvidenceOutlook(
            of: EvidenceConfiguration(directory: folder.file(name), key: key),
            mayWrite: mayWrite
        )
    }

    @Test("A folder that is there is ready, and one that is not is said where it would be made")
    func inOrder() throws {
        try EvidenceFolder(path: folder.file("there")).prepare()
        #expect(outlook("there").folder == .ready)
        #expect(outlook("there/").folder == .ready)
        #expect(outlook("new").folder == .missing(nearest: folder.path))
        #expect(outlook("no/such/parent").folder == .missing(nearest: folder.path))
        #expect(outlook("there/a/b").folder == .missing(nearest: folder.file("there")))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["there"])
    }

    @Test("A file in the place of the folder or of one above it is named")
    func blocked() throws {
        let file = folder.file("file")
        try Data().write(to: URL(fileURLWithPath: file))
        #expect(outlook("file").folder == .blocked(by: file))
        #expect(outlook("file/evidence").folder == .blocked(by: file))
    }

    @Test("The folder that may not be written is named, the one meant or the closest above it")
    func notWritable() throws {
        try EvidenceFolder(path: folder.file("there")).prepare()
        let there = folder.file("there")
        #expect(outlook("there") { $0 != there }.folder == .notWritable(there))
        #expect(outlook("there/a/b") { $0 != there }.folder == .notWritable(there))
        #expect(outlook("there") { $0 == there }.folder == .ready)
    }

    @Test("A key that is missing, no key, or open to everybody is told apart from one in order")
    func keys() throws {
        let path = folder.file("key.pem")
        #expect(outlook("new").keyError == nil)
        #expect(outlook("new", key: path).keyError?.code == .unreadable)
        let publicPath = try EvidenceKey().write(to: path)
        #expect(outlook("new", key: path).keyError == nil)
        try permit(path, 0o640)
        #expect(outlook("new", key: path).keyError == nil)
        let link = folder.file("link.pem")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(outlook("new", key: link).keyError == nil)
        try permit(path, 0o604)
        #expect(outlook("new", key: link).keyError?.code == .exposed)
        #expect(outlook("new", key: path).keyError?.code == .exposed)
        try permit(publicPath, 0o600)
        #expect(outlook("new", key: publicPath).keyError?.code == .malformed)
        #expect(outlook("new", key: folder.path).keyError?.code == .unreadable)
        for octets in [[], [0xFF, 0xFE]] as [[UInt8]] {
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: publicPath))
            try file.truncate(atOffset: 0)
            try file.write(contentsOf: octets)
            try file.close()
            #expect(outlook("new", key: publicPath).keyError?.code == .malformed)
        }
    }

    private func permit(_ path: String, _ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
}
