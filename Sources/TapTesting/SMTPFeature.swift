/// The corners of SMTP that a generated dialogue can reach.
public enum SMTPFeature: String, Hashable, Sendable, CaseIterable {
    case pipelinedGroups, interleavedReplies, waitsForReplies
    case commandsBehindMessage, textBeforeGoAhead
    case dataRefused, textBehindRefusedData, dataBeforeMail, dataWithoutEnvelope, dataAgain
    case chunks, pipelinedChunks, emptyLastChunk, refusedChunk, hugeChunkSize, negativeChunkSize
    case chunkWithoutEnvelope
    case reset, resetRefused, helloInside, helloInsideRefused, nestedMailRefused, nestedMailAccepted
    case recipientBeforeMail, recipientWithoutMailAccepted, senderRefused, recipientRefused
    case plain, plainInitial, login, loginInitial, xoauth2, xoauth2Refused, oauthBearer, cramMD5
    case scram, ntlm, gssapi, external, externalEmpty, loginCancelled, loginFailed
    case unknownMechanism
    case startTLSRefused, startTLS, plaintextAfterStartTLS, plaintextBehindStartTLS
    case commandsBehindRefusedStartTLS
    case lmtp, lmtpChunks, xclient, xclientRefused, proxy1, proxy1Unknown, proxy2, proxy2Local
    case utf8, deliveryParameters, size, body, authParameter
    case lineFeedsOnly, bareCR, nul, overlongLine, overlongBody
    case smugglingTaken, smugglingIgnored, oddEndTaken, commandsBehindSmuggling
    case bareCode, oddCode, lineWithoutCode, danglingReply, spareReply, oddGoodbye
    case bannerWithoutLineEnd, multiLineReply, helloWithoutHello
    case earlyTalker, manyTransactions, nullSender, emptyRecipient, noAtSign, noBrackets
    case blanksBehindColon, sourceRoute, quotedLocalPart, lowerCase
    case closedBy421, refusedBy421, refusingBanner
    case dotStuffing, commandsInBody, emptyMessage, unknownCommand, otherCommand
    case resetByPeer, brokenOff, inputEnds
}
