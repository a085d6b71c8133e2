import Glibc
import SystemPackage
import TapCapture
import TapTesting

// Writes a capture of mail to measure with: sessions as a busy server sees them, many at a time.
// Usage: mail-capture FILE [MEBIBYTES]

let arguments = CommandLine.arguments.dropFirst()
guard let path = arguments.first else {
    print("usage: mail-capture FILE [MEBIBYTES]")
    exit(2)
}
let mebibytes = arguments.dropFirst().first.flatMap { Int($0) } ?? 1_024

var writer = try PcapWriter(to: FileSink(creating: FilePath(path)))
var traffic = MailTraffic(seed: 25, sessionsAtATime: 64)
while writer.octetCount < UInt64(mebibytes) << 20 {
    let frame = traffic.next()
    try writer.write(frame.frame, dropped: 0, comment: nil)
}
// The sessions that are under way are ended.
while let frame = traffic.nextOfRest() { try writer.write(frame.frame, dropped: 0, comment: nil) }
try writer.finish(statistics: [])
print(
    "\(path): \(writer.octetCount) octets, \(writer.frameCount) frames, \(traffic.sessionCount) sessions"
)
