// A page of the portal in Angular: the list and a person beside it, typed by the package's directives.
import { Component, provideZonelessChangeDetection, signal } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import type { GetToken, LanyardChange } from '@lanyard/widget';
import { LANYARD } from '@lanyard/widget/angular';

@Component({
  selector: 'portal-users',
  imports: [LANYARD],
  template: `
    <p id="changes">{{ changes() }}</p>
    <button (click)="theme.set('dark')">Dark</button>
    <lanyard-users locale="en" [getToken]="getToken" [theme]="theme()" (select)="choose($event)" />
    @if (user(); as user) {
      <lanyard-user [user]="user" [getToken]="getToken" locale="en" (change)="changed($event)" />
    }
  `,
})
class PortalUsers {
  readonly changes = signal(0);
  readonly theme = signal<'auto' | 'dark'>('auto');
  readonly user = signal<string | null>(null);

  readonly getToken: GetToken = async () => {
    const answer = await fetch('/lanyard-token', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    if (!answer.ok) throw new Error(`no token: ${answer.status}`);
    return answer.json();
  };

  choose(event: CustomEvent<{ user: string }>) {
    event.preventDefault();
    this.user.set(event.detail.user);
  }

  changed(event: CustomEvent<LanyardChange>) {
    if ('edit' in event.detail) this.changes.update((changes) => changes + 1);
  }
}

document.getElementById('place')!.append(document.createElement('portal-users'));
await bootstrapApplication(PortalUsers, { providers: [provideZonelessChangeDetection()] });
