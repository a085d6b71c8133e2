import Foundation
import SystemPackage
import TapLinux
import Testing

struct DurableLogTests {
    private func withDirectory(_ body: (FilePath) throws -> Void) throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "hubtap-\(UUID())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        try body(FilePath(url.path))
    }

    @Test func linesAreAddedAndSurvive() throws {
        try withDirectory { directory in
            let path = directory.appending("log")
            do {
                let log = try DurableLog(creating: path, lines: ["one"])
                try log.append(["two", "three"])
            }
            #expect(try SmallFile.read(path) == Array("one\ntwo\nthree\n".utf8))
            #expect(try SmallFile.names(in: directory) == ["log"])
        }
    }

    @Test func aTornLineIsCutOff() throws {
        try withDirectory { directory in
            let path = directory.appending("log")
            do {
                let log = try DurableLog(creating: path, lines: ["one", "tw"])
                _ = consume log
            }
            let log = try DurableLog(continuing: path, byteCount: 4)
            try log.append(["two"])
            #expect(try SmallFile.read(path) == Array("one\ntwo\n".utf8))
        }
    }

    @Test func aFileThatIsThereIsNotReplaced() throws {
        try withDirectory { directory in
            let path = directory.appending("log")
            _ = try DurableLog(creating: path, lines: ["one"])
            #expect(throws: Errno.fileExists) { _ = try DurableLog(creating: path, lines: ["two"]) }
            #expect(try SmallFile.read(path) == Array("one\n".utf8))
        }
    }

    @Test func aMissingDirectoryHasNoNames() throws {
        #expect(try SmallFile.names(in: "/nowhere/at/all") == [])
    }
}
