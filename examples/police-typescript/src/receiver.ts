// Being told: a server that verifies each message with the library of Standard Webhooks, and drops what it has dealt with.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

export interface Message {
  eventType: string;
  sequence?: number;
  additionalInformation?: { caseId: string; referralId: string };
}

/** Receives on this machine; real ones receive behind TLS, at a public name. */
export class Receiver {
  secret = "";
  readonly messages: Message[] = [];
  private readonly known = new Set<string>();
  private readonly newest = new Map<string, number>();
  private readonly server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      response.statusCode = this.take(Buffer.concat(parts).toString(), request.headers as Record<string, string>);
      response.end();
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((ready) => this.server.listen(0, "127.0.0.1", ready));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/oocd`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** What is answered: 204 for a message that is real, once or again; 401 for any other. */
  private take(raw: string, headers: Record<string, string>): number {
    try {
      new Webhook(this.secret).verify(raw, headers);
    } catch {
      return 401;
    }
    const message = JSON.parse(raw) as Message;
    const id = headers["webhook-id"] ?? "";
    if (this.known.has(id)) return 204; // at least once: what was dealt with is taken, and dropped
    this.known.add(id);
    const caseId = message.additionalInformation?.caseId;
    if (caseId !== undefined && message.sequence !== undefined) {
      if (message.sequence < (this.newest.get(caseId) ?? 0)) return 204; // sent again by hand: newer things are known
      this.newest.set(caseId, message.sequence);
    }
    this.messages.push(message);
    return 204;
  }
}
