import Foundation
import TapMail
import TapTesting
import TapWire
import Testing

@Suite("How long servers take")
struct ReplyTimeTests {
    private func time(_ milliseconds: Int64) -> Timestamp {
        Timestamp(nanoseconds: 1_795_435_200_000_000_000).advanced(by: .milliseconds(milliseconds))
    }

    @Test("the first answer of each step counts; what cannot be is left out")
    func first() {
        var times = SMTPReplyTimes()
        #expect(times.isEmpty)
        times.note(.hello, asked: time(5), answered: time(4))
        times.note(.hello, asked: .distantPast, answered: .distantFuture)
        #expect(times.isEmpty)
        times.note(.hello, asked: time(0), answered: time(250))
        times.note(.hello, asked: time(0), answered: time(900))
        #expect(times[.hello] == 250 && times[.greeting] == nil)
    }

    @Test("a dialogue gives them, pipelining and holes do not")
    func dialogue() throws {
        let script = """
            S: 220 m
            C: EHLO c
            S: 250 m
            C: MAIL FROM:<a@y.org>
            S: 250 ok
            C: RCPT TO:<b@x.net>
            S: 250 ok
            C: DATA
            S: 354 go
            C: text
            C: .
            S: 250 queued
            """
        let times = try #require(Observed(script).session?.replyTimes)
        for step in SMTPReplyTimes.Step.allCases { #expect(times[step] != nil, "\(step)") }
        let pipelined = """
            S: 220 m
            C: EHLO c
            S: 250 m
            C: MAIL FROM:<a@y.org>
            C: RCPT TO:<b@x.net>
            S: 250 ok
            S: 250 ok
            """
        let some = try #require(Observed(pipelined).session?.replyTimes)
        #expect(some[.hello] != nil && some[.recipient] == nil)
        let torn = script.replacingOccurrences(of: "S: 250 m", with: "S? 250 m")
        #expect(Observed(torn).session?.replyTimes[.recipient] == nil)
    }

    @Test("they stand in the session's event")
    func event() throws {
        let event = try #require(Observed("S: 220 m\nC: QUIT\nS: 221 bye").events.last)
        let json = String(decoding: try JSONEncoder().encode(event), as: UTF8.self)
        #expect(json.contains("\"reply_ms\":{\"greeting\":"))
    }
}
