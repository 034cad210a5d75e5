// Texts of the sign-in page. Chinese leads; English follows the same keys.

import type { Lang } from '../kit/words';

const zh = {
  product: '一屏',
  other: 'English',
  signIn: '登录',
  user: '用户名',
  password: '密码',
  enter: '登录',
  busy: '请稍候',
  wait: (seconds: number) => `${seconds} 秒后可再试`,
  signOn: '统一身份认证登录',
  forgotten: '忘记密码或没有账号，请联系管理员',
  signedInAs: '已登录',
  roles: { viewer: '查看', field: '外勤', editor: '填报', auditor: '审核', admin: '管理' } as Readonly<Record<string, string>>,
  everywhere: '全部行政区',
  toMap: '进入一屏',
  signOut: '退出登录',
  changeFirst: '首次登录或密码已重置，请先修改密码',
  changeTitle: '修改密码',
  old: '原密码',
  next: '新密码（至少 10 个字符）',
  again: '再次输入新密码',
  change: '修改',
  differ: '两次输入的新密码不一致',
  changed: '密码已修改，其他设备上的登录已退出',
  unreachable: '服务暂时无法访问，请稍后再试',
};

export type SignInWords = typeof zh;

const en: SignInWords = {
  product: 'Yiping',
  other: '中文',
  signIn: 'Sign in',
  user: 'User name',
  password: 'Password',
  enter: 'Sign in',
  busy: 'One moment',
  wait: (seconds) => `Try again in ${seconds} s`,
  signOn: 'Single sign-on',
  forgotten: 'No account, or the password forgotten? Ask the administrator',
  signedInAs: 'Signed in as',
  roles: { viewer: 'viewer', field: 'field', editor: 'editor', auditor: 'auditor', admin: 'administrator' },
  everywhere: 'all districts',
  toMap: 'To the map',
  signOut: 'Sign out',
  changeFirst: 'The password was given by another: change it first',
  changeTitle: 'Change the password',
  old: 'Old password',
  next: 'New password (10 characters or more)',
  again: 'New password again',
  change: 'Change',
  differ: 'The two new passwords differ',
  changed: 'The password is changed; other devices are signed out',
  unreachable: 'The service cannot be reached; try again shortly',
};

export const signInWords: Readonly<Record<Lang, SignInWords>> = { zh, en };
