import Foundation
import TapFlow
import TapObserve
import TapTesting
import TapWire
import Testing

@Suite("The example of the guide to writing an observer")
struct HTTPRequestObserverTests {
    private static let dialogue: Dialogue = {
        var dialogue = Dialogue()
        dialogue.a("GET /index.html HTTP/1.1\r\nHost: www.example.org\r\nAccept: */*\r\n\r\n")
        dialogue.b("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
        dialogue.a("POST /form HTTP/1.1\r\nhost: x\r\ncontent-length: 26\r\n\r\n")
        dialogue.a("GET /no-request HTTP/1.1\r\nHEAD / HTTP/1.0\r\n\r\n")
        dialogue.b("HTTP/1.1 204 No Content\r\n\r\n")
        return dialogue
    }()

    private func requests(in dialogue: Dialogue) -> [HTTPRequest] {
        Pipeline(Analyzer(HTTPRequestObserver())).findings(of: dialogue.frames()).compactMap {
            guard case .event(let record) = $0 else { return nil }
            return record.event as? HTTPRequest
        }
    }

    @Test("It tells the requests, and never takes a body for one")
    func requests() {
        #expect(
            requests(in: Self.dialogue) == [
                HTTPRequest(method: "GET", target: "/index.html", host: "www.example.org"),
                HTTPRequest(method: "POST", target: "/form", host: "x"),
                HTTPRequest(method: "HEAD", target: "/", host: nil),
            ]
        )
    }

    @Test("The result does not depend on the segments")
    func segmentation() {
        let observer = HTTPRequestObserver()
        #expect(
            SegmentationVerifier().firstDifference(of: Self.dialogue, observer: observer) == nil
        )
    }

    @Test("Behind a hole it is silent")
    func hole() {
        var dialogue = Self.dialogue
        if case .say(let octets, let side) = dialogue.steps[2] {
            dialogue.steps[2] = .lose(octets, side)
        }
        #expect(requests(in: dialogue).count == 1)
    }

    @Test("The guide shows this very code")
    func guide() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let code = try String(
            contentsOf: folder.appending(path: "HTTPRequestObserver.swift"),
            encoding: .utf8
        )
        let guide = try String(
            contentsOf: folder.appending(
                path: "../../Sources/TapObserve/TapObserve.docc/WritingAnObserver.md"
            ),
            encoding: .utf8
        )
        #expect(guide.contains("```swift\n\(code)```\n"))
    }
}
