import { Page } from '../../ui/page.js';
import { Password } from './password.js';
import { Profile } from './profile.js';
import { SecondFactor } from './second-factor.js';
import { Sessions } from './sessions.js';

export function Account() {
  return (
    <Page title="Account" about="You, in every organisation.">
      <Profile />
      <Password />
      <SecondFactor />
      <Sessions />
    </Page>
  );
}
