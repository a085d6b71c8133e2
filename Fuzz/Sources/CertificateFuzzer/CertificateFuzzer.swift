import FuzzSupport
import TapCertificates
import TapMail

/// Reads octets as a certificate: they give facts of bounded size or an error, and the same ones a second time.
@main
struct CertificateFuzzer: FuzzTarget {
    static func test(_ octets: Span<UInt8>) {
        let certificate = octets.indices.map { octets[$0] }
        let first = Result(certificate)
        precondition(Result(certificate) == first, "the same octets are another certificate")
        guard case .facts(let facts) = first else { return }
        // What is told of a certificate is no larger than the certificate, but for how octets are written.
        let written = facts.names.reduce(facts.subject.utf8.count + facts.issuer.utf8.count) {
            $0 + $1.utf8.count
        }
        precondition(written <= 16 * certificate.count + 64)
        precondition(facts.fingerprint.utf8.count == 64 && facts.furtherNames >= 0)
    }
}

/// What a library without memory says of a certificate.
private enum Result: Equatable {
    case facts(CertificateFacts)
    case error(CertificateError)

    init(_ octets: [UInt8]) {
        do throws(CertificateError) {
            self = .facts(
                try CertificateLibrary(limits: .init(certificates: 0)).certificate(octets)
            )
        } catch {
            self = .error(error)
        }
    }
}
