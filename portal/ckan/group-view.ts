/** Themes as CKAN's groups. */
import { DATA_SETS } from '../datasets/data-sets.ts';
import { THEMES, type Theme } from '../datasets/themes.ts';

/** The group inside a package. */
export function groupView({ groupName, title, description }: Theme) {
  return {
    id: groupName,
    name: groupName,
    title: title.id,
    display_name: title.id,
    description: `${description.id} ${description.en}`,
    image_display_url: '',
  };
}

/** The group as `group_show` tells it; `created` is CKAN's instant. */
export function groupDetail(theme: Theme, created: string) {
  return {
    ...groupView(theme),
    image_url: '',
    type: 'group',
    is_organization: false,
    approval_status: 'approved',
    state: 'active',
    created,
    package_count: DATA_SETS.filter((dataSet) => dataSet.theme === theme.code).length,
    num_followers: 0,
    extras: [{ key: 'tema_dcat', value: theme.code, state: 'active' }],
    tags: [],
    groups: [],
    users: [],
  };
}

/** Themes that a data set has, by group name: a group without any would be an empty promise. */
export function listedThemes(): readonly Theme[] {
  return Object.values(THEMES)
    .filter(({ code }) => DATA_SETS.some(({ theme }) => theme === code))
    .sort((a, b) => (a.groupName < b.groupName ? -1 : 1));
}
